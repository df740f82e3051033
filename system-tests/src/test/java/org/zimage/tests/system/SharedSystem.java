package org.zimage.tests.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Broker;

/**
 * Gives tests an {@link Api}, and a {@link Broker} beside it: of the deployment that the system property
 * {@code zimage.baseUrl} names (keys in {@code zimage.key}, {@code zimage.otherKey} and {@code zimage.adminKey}, its
 * broker in {@code zimage.broker}, and the nodes' password there in {@code zimage.brokerPassword}), otherwise of one product that is started with the first test and stopped after the
 * last. Keys are asked for there. Test classes marked as {@link WithoutKeys} share another one that asks
 * for none.
 */
public final class SharedSystem implements ParameterResolver, ExecutionCondition {
  private static final Namespace NAMESPACE = Namespace.create(SharedSystem.class);
  private static final String KEY = "client-key-1";
  private static final String OTHER_KEY = "client-key-2";
  private static final String ADMIN_KEY = "admin-key";
  private static final Map<String, String> WITH_KEYS = Map.of("API_ENABLE_AUTH", "true", "API_ADMIN_KEY", ADMIN_KEY,
      "API_ALLOWED_KEYS", KEY + "," + OTHER_KEY, "ENVIRONMENT", "test", "ZIMAGE_TRUSTED_PROXIES", "127.0.0.1",
      "ZIMAGE_WEBHOOK_HOSTS", "127.0.0.1", "ZIMAGE_WEBHOOK_PRIVATE_ADDRESSES", "true",
      "ZIMAGE_WEBHOOK_SECRET", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz", "ZIMAGE_MAX_LORA_BYTES", "4194304");
  private static final Map<String, String> WITHOUT_KEYS =
      Map.of("API_ENABLE_AUTH", "false", "API_ADMIN_KEY", ADMIN_KEY, "API_ALLOWED_KEYS", KEY,
          "ZIMAGE_ALLOWED_HOSTS", "images.example", "ZIMAGE_CORS_ORIGINS", "https://studio.example");

  /** Leaves out what a deployment that runs already cannot give: its settings, its files, and a broker that nobody names. */
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (System.getProperty("zimage.baseUrl") == null) {
      return ConditionEvaluationResult.enabled("its servers are known");
    }
    if (asksForNoKeys(context) || asksFor(RunningSystem.class, context)) {
      return ConditionEvaluationResult.disabled("it needs a system of its own");
    }
    return asksFor(Broker.class, context) && System.getProperty("zimage.broker") == null
        ? ConditionEvaluationResult.disabled("zimage.broker=HOST:PORT is not given")
        : ConditionEvaluationResult.enabled("its servers are known");
  }

  private static boolean asksFor(Class<?> parameter, ExtensionContext context) {
    return Stream.of(context.getRequiredTestClass().getDeclaredConstructors())
        .anyMatch(constructor -> List.of(constructor.getParameterTypes()).contains(parameter));
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Api.class || type == Broker.class || type == RunningSystem.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    if (type == RunningSystem.class) {
      return system(context);
    }
    return type == Api.class ? api(context) : broker(context);
  }

  private static Broker broker(ExtensionContext context) {
    return System.getProperty("zimage.baseUrl") == null ? system(context).asBroker()
        : new Broker(System.getProperty("zimage.broker"), System.getProperty("zimage.brokerPassword"));
  }

  private static RunningSystem system(ExtensionContext context) {
    if (asksForNoKeys(context)) {
      return context.getRoot().getStore(NAMESPACE)
          .getOrComputeIfAbsent(WithoutKeys.class, type -> start(WITHOUT_KEYS), RunningSystem.class);
    }
    return context.getRoot().getStore(NAMESPACE)
        .getOrComputeIfAbsent(RunningSystem.class, type -> start(WITH_KEYS), RunningSystem.class);
  }

  private static Api api(ExtensionContext context) {
    if (asksForNoKeys(context)) {
      return new Api(system(context).url(), null, OTHER_KEY, ADMIN_KEY);
    }
    String url = System.getProperty("zimage.baseUrl");
    if (url == null) {
      url = system(context).url();
    }
    return new Api(url, System.getProperty("zimage.key", KEY), System.getProperty("zimage.otherKey", OTHER_KEY),
        System.getProperty("zimage.adminKey", ADMIN_KEY));
  }

  private static boolean asksForNoKeys(ExtensionContext context) {
    return context.getRequiredTestClass().isAnnotationPresent(WithoutKeys.class);
  }

  private static RunningSystem start(Map<String, String> settings) {
    try {
      return RunningSystem.start(settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
