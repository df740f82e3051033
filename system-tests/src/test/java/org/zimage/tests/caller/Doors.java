package org.zimage.tests.caller;

import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.json.JsonObject;

/** The ways beside {@code /v1/images/generate} by which the same request is sent. Each answers with the result of its finished task. */
public record Doors(Api api, Broker broker) {

  public JsonObject byOpenAi(String request) {
    api.post("/v1/images/generations", request).json();
    return newest();
  }

  public JsonObject byMcp(String request) {
    api.post("/mcp", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"generate_image\",\"arguments\":"
        + request + "}}");
    return newest();
  }

  public JsonObject byMessage(String request) throws JMSException {
    try (JMSContext context = broker.connect()) {
      return byMessage(context, context.createTextMessage(request));
    }
  }

  /** @param request of any type, made by this connection */
  public JsonObject byMessage(JMSContext context, Message request) throws JMSException {
    Queue replies = context.createTemporaryQueue();
    request.setJMSReplyTo(replies);
    request.setStringProperty("auth_key", api.key());
    context.createProducer().send(context.createQueue("zimage.requests"), request);
    return api.awaitResult(Broker.body(Broker.next(context.createConsumer(replies))).getString("task_id"));
  }

  /** The picture that was asked for last. */
  public JsonObject newest() {
    String batch = api.history("?limit=1").getJsonObject(0).getString("task_id");
    JsonObject item = api.get("/v1/history/" + batch).json().getJsonArray("items").getJsonObject(0);
    return api.awaitResult(item.getString("task_id"));
  }
}
