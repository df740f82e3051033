package org.zimage.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests an {@link Api}, and a {@link Broker} beside it: of the deployment that the system property {@code zimage.baseUrl} names (keys in
 * {@code zimage.key}, {@code zimage.otherKey} and {@code zimage.adminKey}, its broker in {@code zimage.broker}), otherwise of one product that is started with the
 * first test and stopped after the last. Keys are asked for there.
 */
final class SharedSystem implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(SharedSystem.class);
  private static final String KEY = "client-key-1";
  private static final String OTHER_KEY = "client-key-2";
  private static final String ADMIN_KEY = "admin-key";

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Api.class || parameter.getParameter().getType() == Broker.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Api.class ? api(context) : broker(context);
  }

  private static Broker broker(ExtensionContext context) {
    if (System.getProperty("zimage.baseUrl") == null) {
      return new Broker(system(context).broker());
    }
    Assumptions.assumeTrue(System.getProperty("zimage.broker") != null, "zimage.broker=HOST:PORT is not given");
    return new Broker(System.getProperty("zimage.broker"));
  }

  private static RunningSystem system(ExtensionContext context) {
    return context.getRoot().getStore(NAMESPACE)
        .getOrComputeIfAbsent(RunningSystem.class, type -> start(), RunningSystem.class);
  }

  private static Api api(ExtensionContext context) {
    String url = System.getProperty("zimage.baseUrl");
    if (url == null) {
      url = system(context).url();
    }
    return new Api(url, System.getProperty("zimage.key", KEY), System.getProperty("zimage.otherKey", OTHER_KEY),
        System.getProperty("zimage.adminKey", ADMIN_KEY));
  }

  private static RunningSystem start() {
    try {
      return RunningSystem.start(Map.of("API_ENABLE_AUTH", "true", "API_ADMIN_KEY", ADMIN_KEY,
          "API_ALLOWED_KEYS", KEY + "," + OTHER_KEY, "ENVIRONMENT", "test",
          "ZIMAGE_WEBHOOK_HOSTS", "127.0.0.1", "ZIMAGE_WEBHOOK_PRIVATE_ADDRESSES", "true",
          "ZIMAGE_WEBHOOK_SECRET", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
