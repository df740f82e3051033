package org.zimage.launcher.artemis;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.logging.Logger;
import org.apache.activemq.artemis.core.protocol.stomp.StompConnection;
import org.apache.activemq.artemis.core.protocol.stomp.StompDecoder;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyConnection;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerConnectionPlugin;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;

/**
 * Ends connections of STOMP that send a frame without an end. The broker collects such a frame in memory before it looks at it, of
 * somebody without an account too, and this process has memory for a few. A header is collected byte by byte, which takes minutes
 * for megabytes. AMQP has a bound of its own. Thread-safe.
 */
final class FrameLimitPlugin implements ActiveMQServerConnectionPlugin {
  /** Of a frame with its headers. Longer requests come by another protocol, in pieces. */
  static final int MAX_BYTES = (16 << 20) + (64 << 10);
  /** Of STOMP, far more than what it is used for here. */
  private static final int MAX_HEAD_BYTES = 256 << 10;
  private static final Logger LOG = Logger.getLogger(FrameLimitPlugin.class.getName());

  @Override
  public void afterCreateConnection(RemotingConnection connection) {
    if (connection instanceof StompConnection stomp && connection.getTransportConnection() instanceof NettyConnection network) {
      network.getNettyChannel().pipeline().addFirst(new StompFrames(stomp));
    }
  }

  /** Looks at what the decoder has collected, after each piece that comes. */
  private static final class StompFrames extends ChannelInboundHandlerAdapter {
    private final StompConnection stomp;

    StompFrames(StompConnection stomp) {
      this.stomp = stomp;
    }

    @Override
    public void channelRead(ChannelHandlerContext connection, Object read) {
      connection.fireChannelRead(read);
      StompDecoder frame = stomp.getFrameHandler().getDecoder();
      int most = frame.command == null || frame.readingHeaders ? MAX_HEAD_BYTES : MAX_BYTES;
      if (frame.data > most) {
        LOG.warning(() -> "A frame of STOMP from " + stomp.getRemoteAddress() + " has more than " + most
            + " bytes: the connection is ended");
        connection.close();
      }
    }
  }
}
