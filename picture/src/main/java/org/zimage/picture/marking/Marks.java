package org.zimage.picture.marking;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * What a picture says of its origin, whatever else it says.
 *
 * @param source how it came to be
 * @param label the label of GB 45438; null for none
 */
public record Marks(DigitalSourceType source, AigcLabel label) {
  private static final String CREATOR_TOOL = "Z-Image EE";

  /** Sources: XMP specification, part 1 (ISO 16684-1), 7.3; IPTC Photo Metadata Standard; TC260-PG-20258A for the label. */
  private static final String RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
  private static final String META = "adobe:ns:meta/";
  private static final String XMP = "http://ns.adobe.com/xap/1.0/";
  private static final String IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";
  private static final String TC260 = "http://www.tc260.org.cn/ns/AIGC/1.0/";
  private static final String BEGIN = "begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"";
  private static final String END = "end=\"r\"";

  /** The marks as an XMP packet in UTF-8, which is not meant to be changed in place. */
  public byte[] xmp() {
    StringWriter packet = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(packet);
      xml.writeProcessingInstruction("xpacket", BEGIN);
      start(xml, "x", META, "xmpmeta");
      start(xml, "rdf", RDF, "RDF");
      xml.writeStartElement("rdf", "Description", RDF);
      xml.writeAttribute("rdf", RDF, "about", "");
      property(xml, "xmp", XMP, "CreatorTool", CREATOR_TOOL);
      property(xml, "Iptc4xmpExt", IPTC, "DigitalSourceType", source.uri());
      if (label != null) {
        property(xml, "TC260", TC260, AigcLabel.KEYWORD, label.json());
      }
      xml.writeEndElement();
      xml.writeEndElement();
      xml.writeEndElement();
      xml.writeProcessingInstruction("xpacket", END);
      xml.close();
    } catch (XMLStreamException cause) {
      throw new IllegalStateException("Writing XML to memory does not fail", cause);
    }
    return packet.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void start(XMLStreamWriter xml, String prefix, String namespace, String name) throws XMLStreamException {
    xml.writeStartElement(prefix, name, namespace);
    xml.writeNamespace(prefix, namespace);
  }

  private static void property(XMLStreamWriter xml, String prefix, String namespace, String name, String value)
      throws XMLStreamException {
    start(xml, prefix, namespace, name);
    xml.writeCharacters(value);
    xml.writeEndElement();
  }
}
