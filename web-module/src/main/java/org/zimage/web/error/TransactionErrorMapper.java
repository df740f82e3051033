package org.zimage.web.error;

import jakarta.annotation.Priority;
import jakarta.transaction.TransactionalException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.Providers;

/**
 * Gives transactions that fail to {@link ErrorMapper}. The server has a mapper of its own for them, which throws them
 * on.
 */
@Provider
@Priority(1)
public class TransactionErrorMapper implements ExceptionMapper<TransactionalException> {
  @Context
  private Providers providers;

  @Override
  public Response toResponse(TransactionalException failure) {
    return providers.getExceptionMapper(Throwable.class).toResponse(failure);
  }
}
