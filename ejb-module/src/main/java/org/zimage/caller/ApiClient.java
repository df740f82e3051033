package org.zimage.caller;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** A client that has called with a key of its own: the owner of batches. */
@Entity
@Table(name = "api_clients")
public class ApiClient {
  @Id
  private String id;

  @Column(name = "display_name")
  private String displayName;

  private String role;

  @Column(name = "api_key_hash")
  private String apiKeyHash;

  @Column(name = "is_active")
  private boolean active;

  @Column(name = "created_at")
  private Instant createdAt;

  @Column(name = "updated_at")
  private Instant updatedAt;

  protected ApiClient() { }

  ApiClient(String id, String role, ApiKeyHash keyHash, Instant now) {
    this.id = id;
    this.displayName = id;
    this.role = role;
    this.apiKeyHash = keyHash.hex();
    this.active = true;
    this.createdAt = now;
    this.updatedAt = now;
  }

  public String id() {
    return id;
  }

  public String displayName() {
    return displayName;
  }

  public String role() {
    return role;
  }

  /** SHA-256 of the key in hexadecimal digits; the key itself is stored nowhere. */
  public String apiKeyHash() {
    return apiKeyHash;
  }

  /** Whether the client's key is accepted. */
  public boolean isActive() {
    return active;
  }

  public Instant createdAt() {
    return createdAt;
  }

  public Instant updatedAt() {
    return updatedAt;
  }
}
