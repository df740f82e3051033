package org.zimage.picture.credentials;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.OperatorException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.TSPAlgorithms;
import org.bouncycastle.tsp.TSPException;
import org.bouncycastle.tsp.TimeStampRequest;
import org.bouncycastle.tsp.TimeStampResponseGenerator;
import org.bouncycastle.tsp.TimeStampTokenGenerator;

/** A time stamp authority (RFC 3161) with a certificate of its own authority, on a port of this machine. */
final class TimeStampServer implements AutoCloseable {
  private static final ASN1ObjectIdentifier POLICY = new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1");

  private final KeyPair authorityKeys = keys();
  private final KeyPair keys = keys();
  private final X509Certificate authority;
  private final X509Certificate certificate;
  private final int certificatesRepeated;
  private final Instant time;
  private final AtomicInteger asked = new AtomicInteger();
  private final HttpServer server;

  /** @param copies how often its certificate comes with a token: several make it long */
  TimeStampServer(Instant time, int copies) throws IOException, GeneralSecurityException, OperatorException {
    this.time = time;
    this.certificatesRepeated = copies;
    authority = certificate("CN=Clocks", null, authorityKeys, true);
    certificate = certificate("CN=Clock", authority, keys, false);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  private static KeyPair keys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  private X509Certificate certificate(String name, X509Certificate issuer, KeyPair subject, boolean isAuthority)
      throws IOException, GeneralSecurityException, OperatorException {
    X500Principal self = new X500Principal(name);
    X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(issuer == null ? self : issuer.getSubjectX500Principal(),
        BigInteger.valueOf(issuer == null ? 1 : 2), Date.from(time.minusSeconds(1_000)), Date.from(time.plusSeconds(100_000)), self,
        subject.getPublic());
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(isAuthority ? KeyUsage.keyCertSign : KeyUsage.digitalSignature));
    if (!isAuthority) {
      builder.addExtension(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(KeyPurposeId.id_kp_timeStamping));
    }
    return new JcaX509CertificateConverter().getCertificate(
        builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(authorityKeys.getPrivate())));
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.incrementAndGet();
    try (exchange) {
      TimeStampRequest request = new TimeStampRequest(exchange.getRequestBody().readAllBytes());
      TimeStampTokenGenerator tokens = new TimeStampTokenGenerator(
          new JcaSimpleSignerInfoGeneratorBuilder().build("SHA256withRSA", keys.getPrivate(), certificate),
          new JcaDigestCalculatorProviderBuilder().build().get(
              new AlgorithmIdentifier(TSPAlgorithms.SHA256)), POLICY);
      tokens.addCertificates(new JcaCertStore(certificatesRepeated == 1 ? List.of(certificate, authority) : many()));
      byte[] answer = new TimeStampResponseGenerator(tokens, TSPAlgorithms.ALLOWED)
          .generate(request, BigInteger.valueOf(asked.get()), Date.from(time)).getEncoded();
      exchange.getResponseHeaders().set("Content-Type", "application/timestamp-reply");
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    } catch (GeneralSecurityException | OperatorException | TSPException e) {
      throw new IOException(e);
    }
  }

  private List<X509Certificate> many() throws GeneralSecurityException, IOException, OperatorException {
    List<X509Certificate> all = new ArrayList<>(List.of(certificate, authority));
    for (int i = 1; i < certificatesRepeated; i++) {
      all.add(certificate("CN=" + "a long name of no meaning ".repeat(40) + i, authority, keys, false));
    }
    return all;
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  X509Certificate authority() {
    return authority;
  }

  int asked() {
    return asked.get();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
