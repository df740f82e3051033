package org.zimage.web.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.web.v1.TasksResource;
import org.zimage.web.welcome.WelcomeResource;

class RequestTimerTest {
  @Path("/things/")
  static final class Things {
    @GET
    public void all() { }

    @GET
    @Path("{thing_id}/parts/")
    public void parts() { }
  }

  @ParameterizedTest
  @CsvSource({"all, /things", "parts, /things/{thing_id}/parts"})
  void aRouteIsItsTemplateWithoutASlashAtItsEnd(String method, String route) throws NoSuchMethodException {
    assertThat(RequestTimer.route(Things.class.getDeclaredMethod(method))).isEqualTo(route);
  }

  @Test
  void theRootAndATaskAreNamedAsTheDescriptionNamesThem() {
    assertThat(routes(WelcomeResource.class)).contains("/");
    assertThat(routes(TasksResource.class)).contains("/v1/tasks/{task_id}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "POST", "DELETE", "OPTIONS"})
  void methodsOfHttpAreCountedByName(String method) {
    assertThat(RequestTimer.method(method)).isEqualTo(method);
  }

  @ParameterizedTest
  @ValueSource(strings = {"get", "BREW", "", "A-METHOD-THAT-SOMEBODY-MADE-UP"})
  void othersAreCountedTogether(String method) {
    assertThat(RequestTimer.method(method)).isEqualTo("other");
  }

  private static Stream<String> routes(Class<?> resource) {
    return Stream.of(resource.getDeclaredMethods()).filter(method -> method.isAnnotationPresent(GET.class)).map(RequestTimer::route);
  }
}
