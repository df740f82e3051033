package org.zimage.launcher.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.Driver;
import org.zimage.launcher.error.LauncherException;

class DatabaseUrlTest {
  @Test
  void takesTheAddressOfAPythonServiceAsItIs() {
    assertThat(DatabaseUrl.parse("postgresql+asyncpg://zimage:se%2Fcret%40@db.example:6432/pictures"))
        .isEqualTo(new DatabaseUrl(List.of(new ServerAddress.Host("db.example", 6432)), "pictures", "zimage", "se/cret@", Map.of()));
  }

  @Test
  void passesOnWhatTheDriverUnderstands() throws Exception {
    Properties driver = properties(
        "postgresql://me:pw@db/z?sslmode=verify-ca&sslrootcert=/etc/our%20ca.pem&prepareThreshold=0&ApplicationName=a+b&socketTimeout=60");

    assertThat(driver).containsEntry("sslmode", "verify-ca").containsEntry("sslrootcert", "/etc/our ca.pem")
        .containsEntry("prepareThreshold", "0").containsEntry("ApplicationName", "a+b").containsEntry("socketTimeout", "60");
  }

  @Test
  void noticesANetworkThatSwallowsEverything() throws Exception {
    assertThat(properties("postgresql://me:pw@db/z")).containsEntry("socketTimeout", "20").containsEntry("connectTimeout", "5")
        .doesNotContainKey("targetServerType");
  }

  @Test
  void ofSeveralHostsThePrimaryIsMeant() throws Exception {
    assertThat(properties("postgresql://me:pw@db_1,[::1]:5433/z")).containsEntry("PGHOST", "db_1,[::1]")
        .containsEntry("PGPORT", "5432,5433").containsEntry("targetServerType", "primary");
    assertThat(properties("postgresql://me:pw@db_1,db_2/z?targetServerType=any")).containsEntry("targetServerType", "any");
  }

  private static Properties properties(String url) throws Exception {
    return Driver.parseURL(DatabaseUrl.parse(url).jdbc(), null);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "application_name=a | application_name, which PostgreSQL's JDBC driver does not take there: write ApplicationName, or leave it out",
      "connect_timeout=3 | connect_timeout, which PostgreSQL's JDBC driver does not take there: write connectTimeout, or leave it out",
      "pool_size=5 | pool_size, which PostgreSQL's JDBC driver does not take there: leave it out",
      "password=hush | the parameter password, which PostgreSQL's JDBC driver does not take there: leave it out",
      "ssl=require | ssl=require: use one of true, false, or sslmode",
      "targetServerType=main | targetServerType=main: use one of any, primary"})
  void refusesWhatTheDriverWouldPassOver(String parameter, String refusal) {
    assertThatThrownBy(() -> DatabaseUrl.parse("postgresql://me:pw@db/z?prepareThreshold=0&" + parameter))
        .isInstanceOf(LauncherException.class).hasMessageContaining(refusal);
  }

  @Test
  void fillsInTheUsualPort() {
    assertThat(DatabaseUrl.parse("postgresql://me:pw@localhost/z").jdbc()).startsWith("jdbc:postgresql://localhost:5432/z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mysql://me:pw@localhost/z", "postgresql://localhost/z", "postgresql://me:pw@localhost/", "nonsense",
      "postgresql://me:p w@localhost/z", "postgresql://me:100%@localhost/z",
      "postgresql://me:pw@db:99999/z", "postgresql://me:pw@db,/z", "postgresql://me:pw@db/a/b"})
  void saysHowToWriteWhatItCannotRead(String text) {
    assertThatThrownBy(() -> DatabaseUrl.parse(text))
        .isInstanceOf(LauncherException.class)
        .hasMessageContaining("DATABASE_URL")
        .hasMessageContaining("postgresql://user:password@host:5432/database").hasMessageContaining("@ / : % of a password");
  }
}
