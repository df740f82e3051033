package org.zimage.web.openai;

import java.util.Map;

/** The records of OpenAI's routes, by their names in {@code openapi.yaml}. */
public final class OpenAiBodies {
  public static final Map<String, Class<? extends Record>> SCHEMAS = Map.of("ImagesResponse", ImagesResponse.class,
      "Model", ModelsResource.Model.class, "ModelList", ModelsResource.ModelList.class, "OpenAiError", OpenAiError.Body.class);

  private OpenAiBodies() { }
}
