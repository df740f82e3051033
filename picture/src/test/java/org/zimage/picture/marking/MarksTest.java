package org.zimage.picture.marking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;

class MarksTest {
  @Test
  void thePacketSaysThatAModelDrewThePicture() throws Exception {
    Document packet = packet(new Marks(DigitalSourceType.TRAINED_ALGORITHMIC_MEDIA, null));

    assertThat(text(packet, "http://iptc.org/std/Iptc4xmpExt/2008-02-29/", "DigitalSourceType"))
        .isEqualTo("http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia");
    assertThat(text(packet, "http://ns.adobe.com/xap/1.0/", "CreatorTool")).isEqualTo("Z-Image EE");
    assertThat(packet.getElementsByTagNameNS("http://www.tc260.org.cn/ns/AIGC/1.0/", "AIGC").getLength()).isZero();
  }

  @Test
  void thePacketHasTheLabelOfAProducer() throws Exception {
    Document packet = packet(new Marks(DigitalSourceType.COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA, new AigcLabel("Example Ltd.", "0a1b")));

    assertThat(text(packet, "http://iptc.org/std/Iptc4xmpExt/2008-02-29/", "DigitalSourceType"))
        .isEqualTo("http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia");
    assertThat(text(packet, "http://www.tc260.org.cn/ns/AIGC/1.0/", "AIGC")).isEqualTo("""
        {"Label":"1","ContentProducer":"Example Ltd.","ProduceID":"0a1b","ReservedCode1":"","ContentPropagator":"Example Ltd.",\
        "PropagateID":"0a1b","ReservedCode2":""}""");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a\"b", "a\\b", "深", " a", "a "})
  void aProducerThatWouldHaveToBeEscapedIsRefused(String producer) {
    assertThatThrownBy(() -> new AigcLabel(producer, "0a1b")).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got " + producer);
  }

  private static Document packet(Marks marks) throws Exception {
    assertThat(new String(marks.xmp(), StandardCharsets.UTF_8)).startsWith("<?xpacket begin=\"\uFEFF\"").endsWith("<?xpacket end=\"r\"?>");
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    return factory.newDocumentBuilder().parse(new ByteArrayInputStream(marks.xmp()));
  }

  private static String text(Document packet, String namespace, String name) {
    return packet.getElementsByTagNameNS(namespace, name).item(0).getTextContent();
  }
}
