package org.zimage.pipeline;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.zimage.checkpoint.SafeTensors;
import org.zimage.model.Canvas;
import org.zimage.pipeline.network.Network;

class TransformerTest {
  /** Cases 0 to 2 are single pictures; 3 is the reference's batch of two, whose pictures are computed one by one here. */
  static Stream<Arguments> cases() {
    return Stream.of("tiny", "tiny-b").flatMap(model -> Stream.concat(
        IntStream.range(0, 3).mapToObj(i -> Arguments.of(model, "case" + i, "")),
        Stream.of("0", "1").map(member -> Arguments.of(model, "case3", member))));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void givesTheReferencesPrediction(String name, String prefix, String member) {
    SafeTensors goldens = Fixtures.tensors(name + "-goldens/transformer.safetensors");

    float[] inOnePart = predict(name, goldens, prefix, member, "denoise");
    float[] inEightParts = predict(name, goldens, prefix, member, "denoise_in_8_parts");
    float[] inThirtyTwoParts = predict(name, goldens, prefix, member, "denoise_in_32_parts");

    float[] golden = Fixtures.floats(goldens, prefix + ".out" + member);
    Closeness.assertClose(inOnePart, golden, 1e-4);
    Closeness.assertClose(inEightParts, golden, 1e-4);
    Closeness.assertClose(inThirtyTwoParts, golden, 1e-4);
  }

  private static float[] predict(String name, SafeTensors goldens, String prefix, String member, String signature) {
    ZImageModel model = Fixtures.model(name);
    long[] shape = goldens.tensor(prefix + ".latents" + member).shape();
    Canvas canvas = new Canvas((int) shape[0], (int) shape[2], (int) shape[3], model.manifest().latentScale());
    try (TFloat32 embeddings = tensor(goldens, prefix + ".cap_feats" + member, goldens.tensor(prefix + ".cap_feats" + member).shape());
        TFloat32 latents = tensor(goldens, prefix + ".latents" + member, shape[0], shape[2], shape[3]);
        TFloat32 time = TFloat32.vectorOf(Fixtures.floats(goldens, prefix + ".t")[0]);
        Caption caption = Caption.refine(embeddings, canvas, model.transformer(List.of()), model.manifest());
        Network.Outputs outputs = model.transformer(List.of()).call(signature, Map.of("latents", latents, "time", time,
            "caption", caption.tokens(), "cos", caption.rotary().cos(), "sin", caption.rotary().sin()), "prediction")) {
      float[] prediction = new float[(int) latents.size()];
      ((TFloat32) outputs.get("prediction")).asRawTensor().data().asFloats().read(prediction);
      return prediction;
    }
  }

  private static TFloat32 tensor(SafeTensors goldens, String key, long... shape) {
    return TFloat32.tensorOf(Shape.of(shape), DataBuffers.of(Fixtures.floats(goldens, key)));
  }
}
