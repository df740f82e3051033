package org.zimage.image;

import java.net.URI;
import java.util.Optional;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.urlconnection.ProxyConfiguration;

/**
 * A host whose name has an underscore, as Docker Compose and Swarm make them. The S3 client reads an endpoint with Java's {@code URI},
 * which finds no host in such an address. So the client gets another name, and every request gets the right name before it is signed.
 */
record NameWithUnderscore(String name) implements ExecutionInterceptor {
  /** Empty for an endpoint that the client takes as it is. */
  static Optional<NameWithUnderscore> of(URI endpoint) {
    return endpoint == null || endpoint.getHost() != null ? Optional.empty()
        : Optional.of(new NameWithUnderscore(endpoint.getRawAuthority().replaceFirst(":\\d+$", "")));
  }

  /** The endpoint that the client takes. */
  static URI replacedIn(URI endpoint) {
    return endpoint.getHost() == null ? URI.create(endpoint.toString().replace('_', '-')) : endpoint;
  }

  /** The client would look for the name in the list of those that need no proxy. Java's own proxy is used where one is set. */
  static ProxyConfiguration withoutProxy() {
    return ProxyConfiguration.builder().useSystemPropertyValues(false).useEnvironmentVariablesValues(false).build();
  }

  @Override
  public SdkHttpRequest modifyHttpRequest(Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    return context.httpRequest().toBuilder().host(name).build();
  }
}
