package org.zimage.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;

/**
 * Cuts off answers of the store that hold no file. The S3 client reads such an answer into memory, however long it is. One without an
 * end would end the process.
 */
final class ShortAnswers implements ExecutionInterceptor {
  /** Errors and a list of one object have some hundred bytes. */
  private static final int LONGEST_BYTES = 1 << 16;

  @Override
  public Optional<InputStream> modifyHttpResponseContent(Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    boolean isFile = context.request() instanceof GetObjectRequest && context.httpResponse().isSuccessful();
    return isFile ? context.responseBody() : context.responseBody().map(ShortAnswers::beginning);
  }

  private static InputStream beginning(InputStream answer) {
    try (answer) {
      return new ByteArrayInputStream(answer.readNBytes(LONGEST_BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
