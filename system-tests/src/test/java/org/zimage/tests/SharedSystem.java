package org.zimage.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests an {@link Api}: of the deployment that the system property {@code zimage.baseUrl} names (keys in
 * {@code zimage.key}, {@code zimage.otherKey} and {@code zimage.adminKey}), otherwise of one product that is started with the
 * first test and stopped after the last. Keys are asked for there.
 */
final class SharedSystem implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(SharedSystem.class);
  private static final String KEY = "client-key-1";
  private static final String OTHER_KEY = "client-key-2";
  private static final String ADMIN_KEY = "admin-key";

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Api.class;
  }

  @Override
  public Api resolveParameter(ParameterContext parameter, ExtensionContext context) {
    String url = System.getProperty("zimage.baseUrl");
    if (url == null) {
      url = context.getRoot().getStore(NAMESPACE)
          .getOrComputeIfAbsent(RunningSystem.class, type -> start(), RunningSystem.class).url();
    }
    return new Api(url, System.getProperty("zimage.key", KEY), System.getProperty("zimage.otherKey", OTHER_KEY),
        System.getProperty("zimage.adminKey", ADMIN_KEY));
  }

  private static RunningSystem start() {
    try {
      return RunningSystem.start(Map.of("API_ENABLE_AUTH", "true", "API_ADMIN_KEY", ADMIN_KEY,
          "API_ALLOWED_KEYS", KEY + "," + OTHER_KEY, "ENVIRONMENT", "test"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
