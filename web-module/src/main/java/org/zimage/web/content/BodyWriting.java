package org.zimage.web.content;

import jakarta.json.bind.Jsonb;
import jakarta.ws.rs.ext.ContextResolver;
import jakarta.ws.rs.ext.Provider;
import org.zimage.json.Bodies;

/** Lets JAX-RS write bodies as all of this system are written. */
@Provider
public class BodyWriting implements ContextResolver<Jsonb> {
  @Override
  public Jsonb getContext(Class<?> type) {
    return Bodies.JSONB;
  }
}
