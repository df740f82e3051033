package org.zimage.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {
  @Test
  void takesTheAddressOfAPythonServiceAsItIs() {
    assertThat(DatabaseUrl.parse("postgresql+asyncpg://zimage:se%2Fcret%40@db.example:6432/pictures"))
        .isEqualTo(new DatabaseUrl("db.example", 6432, "pictures", "zimage", "se/cret@", "prefer",
            System.getProperty("user.home") + "/.postgresql/root.crt"));
  }

  @Test
  void asksForEncryptionAsTheAddressDoes() {
    assertThat(DatabaseUrl.parse("postgresql://me:pw@db/z?application_name=a&sslmode=verify-full").sslMode())
        .isEqualTo("verify-full");
  }

  @Test
  void knowsTheAuthorityThatTheAddressNames() {
    assertThat(DatabaseUrl.parse("postgresql://me:pw@db/z?sslmode=verify-ca&sslrootcert=/etc/zimage/ca.pem").sslRootCertificate())
        .isEqualTo("/etc/zimage/ca.pem");
  }

  @Test
  void fillsInTheUsualPort() {
    assertThat(DatabaseUrl.parse("postgresql://me:pw@localhost/z").port()).isEqualTo(5432);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mysql://me:pw@localhost/z", "postgresql://localhost/z", "postgresql://me:pw@localhost/", "nonsense",
      "postgresql://me:p w@localhost/z", "postgresql://me:100%@localhost/z"})
  void saysHowToWriteWhatItCannotRead(String text) {
    assertThatThrownBy(() -> DatabaseUrl.parse(text))
        .isInstanceOf(LauncherException.class)
        .hasMessageContaining("DATABASE_URL")
        .hasMessageContaining("postgresql://user:password@host:5432/database").hasMessageContaining("@ / : % of a password");
  }
}
