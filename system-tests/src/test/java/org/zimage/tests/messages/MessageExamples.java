package org.zimage.tests.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.activemq.artemis.api.core.management.AddressControl;
import org.zimage.tests.caller.PythonScript;
import org.zimage.tests.documentation.JavaExample;
import org.zimage.tests.server.OtherBroker;

/** The programs of the documentation that speak with a broker, as people start them. */
final class MessageExamples {
  static final Path FOLDER = Path.of(System.getProperty("zimage.root"), "docs/examples").toAbsolutePath().normalize();

  private MessageExamples() { }

  static Path python() {
    return PythonScript.python(FOLDER.resolve("requirements.txt"));
  }

  /** Each of the three asks for a picture and is answered; both that hear events hear of all three. */
  static void assertAskAndHear(OtherBroker broker, Map<String, String> environment, String address, String key) {
    Path python = python();
    AddressControl events = (AddressControl) broker.server().getManagementService().getResource("address.zimage.events");
    long subscriptions = events.getQueueCount();
    List<CompletableFuture<String>> listeners = Stream.of("amqp_events.py", "stomp_events.py").map(example ->
        CompletableFuture.supplyAsync(() -> PythonScript.output(environment, python, FOLDER.resolve(example), address, "9"))).toList();
    await("both listen").atMost(Duration.ofMinutes(2)).until(() ->
        listeners.stream().anyMatch(CompletableFuture::isDone) || events.getQueueCount() == subscriptions + 2);

    List<String> printed = Stream.<Supplier<String>>of(
        () -> PythonScript.output(environment, python, FOLDER.resolve("amqp_client.py"), address, key, "a red square"),
        () -> PythonScript.output(environment, python, FOLDER.resolve("stomp_client.py"), address, key, "a red square"),
        () -> JavaExample.output(environment, "JmsPictureClient.java", address, key, "a red square"))
        .map(CompletableFuture::supplyAsync).toList().stream().map(CompletableFuture::join).toList();

    assertThat(printed).allSatisfy(lines -> assertThat(lines).contains("accepted ", "completed "));
    assertThat(listeners).allSatisfy(listener -> assertThat(listener.join().lines()).contains("listening")
        .filteredOn(line -> line.startsWith("zimage.task.succeeded")).hasSize(3));
  }
}
