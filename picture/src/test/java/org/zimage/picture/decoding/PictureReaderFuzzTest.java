package org.zimage.picture.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.zimage.picture.InputPicture;
import org.zimage.picture.Mask;
import org.zimage.picture.PictureRefused;

/** Files that strangers give: each is a picture, or refused with a sentence. */
class PictureReaderFuzzTest {
  @FuzzTest
  void read(byte[] file) {
    try {
      InputPicture picture = PictureReader.read(file);
      assertThat(picture.rgb()).hasSize(picture.width() * picture.height() * 3);
    } catch (PictureRefused refused) {
      assertThat(refused.getMessage()).endsWith(".");
    }
  }

  @FuzzTest
  void readMask(byte[] file) {
    try {
      Mask mask = PictureReader.readMask(file);
      assertThat(mask.grey()).hasSize(mask.width() * mask.height());
    } catch (PictureRefused refused) {
      assertThat(refused.getMessage()).endsWith(".");
    }
  }
}
