package org.zimage.web.picture;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.EntityPart;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.zimage.api.ValidationError.Problem;
import org.zimage.api.origin.PictureOrigin;
import org.zimage.error.InvalidRequest;
import org.zimage.input.PictureFields;
import org.zimage.input.Uploads;
import org.zimage.origin.PictureVerification;
import org.zimage.web.access.CurrentCaller;
import org.zimage.web.access.PublicAddress;

/** Tells of a picture that somebody has whether its credentials hold, and whether it was made here. */
@Path(VerificationResource.PATH)
@Produces(MediaType.APPLICATION_JSON)
public class VerificationResource {
  static final String PATH = "v1/pictures/verify";

  private static final String FIELD = "image";

  private final PictureVerification verification;
  private final CurrentCaller caller;
  private final PublicAddress address;

  @Inject
  public VerificationResource(PictureVerification verification, CurrentCaller caller, PublicAddress address) {
    this.verification = verification;
    this.caller = caller;
    this.address = address;
  }

  /** The picture is the body. Its first bytes tell its type, whatever it is called. */
  @POST
  @Consumes({"image/png", "image/jpeg", "image/webp", MediaType.APPLICATION_OCTET_STREAM})
  public PictureOrigin file(InputStream file) throws IOException {
    return verify(file, List.of("body"));
  }

  /** The picture is a data URL in base64, as where pictures are made from pictures. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public PictureOrigin json(InputStream body) throws IOException {
    try (Uploads uploads = new Uploads()) {
      JsonValue request = PictureFields.read(body, 1, uploads);
      JsonValue image = request instanceof JsonObject fields ? fields.getOrDefault(FIELD, JsonValue.NULL) : JsonValue.NULL;
      InputStream file = image instanceof JsonString name ? uploads.open(name.getString()).orElse(null) : null;
      if (file == null) {
        throw wrong(image, "image should be a data URL of a PNG, JPEG or WebP picture in base64");
      }
      return verify(file, List.of("body", FIELD));
    }
  }

  /** The picture is the file of a form. */
  @POST
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  public PictureOrigin form(List<EntityPart> parts) throws IOException {
    List<EntityPart> all = parts == null ? List.of() : parts;
    List<EntityPart> files = all.stream().filter(part -> FIELD.equals(part.getName())).toList();
    if (files.size() != 1) {
      throw wrong(JSON.createValue(files.size()), "send one picture, as the file image of the form");
    }
    try (InputStream file = content(files.get(0))) {
      return verify(file, List.of("body", FIELD));
    }
  }

  private static InputStream content(EntityPart part) {
    try {
      return part.getContent();
    } catch (IllegalStateException unreadable) { // of Jersey, for an encoding that it does not know
      throw wrong(JsonValue.NULL, "it cannot be read: send it without a Content-Transfer-Encoding");
    }
  }

  private PictureOrigin verify(InputStream file, List<Object> place) throws IOException {
    return verification.verify(file, place, caller.get()).below(address.prefix());
  }

  private static InvalidRequest wrong(JsonValue input, String message) {
    return new InvalidRequest(List.of(new Problem("value_error", List.of("body", FIELD), "Value error, " + message, input)));
  }
}
