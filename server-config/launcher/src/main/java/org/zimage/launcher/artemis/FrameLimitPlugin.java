package org.zimage.launcher.artemis;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.util.logging.Logger;
import org.apache.activemq.artemis.core.protocol.stomp.StompConnection;
import org.apache.activemq.artemis.core.protocol.stomp.StompDecoder;
import org.apache.activemq.artemis.core.remoting.impl.netty.ActiveMQFrameDecoder2;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyConnection;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerConnectionPlugin;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;

/**
 * Ends connections that send a frame without an end. The broker collects a frame of STOMP or of its own protocol in memory before it
 * looks at it, of somebody without an account too, and this process has memory for a few. Large messages come in many frames, but
 * for STOMP, and AMQP has a bound of its own. A header of STOMP is collected byte by byte, which takes minutes for megabytes.
 * Thread-safe.
 */
final class FrameLimitPlugin implements ActiveMQServerConnectionPlugin {
  /** What {@link MessageDoor} lets through, and its headers. */
  static final int MAX_BYTES = (16 << 20) + (64 << 10);
  /** Of STOMP, far more than what it is used for here. */
  private static final int MAX_HEAD_BYTES = 256 << 10;
  private static final Logger LOG = Logger.getLogger(FrameLimitPlugin.class.getName());

  @Override
  public void afterCreateConnection(RemotingConnection connection) {
    if (connection.getTransportConnection() instanceof NettyConnection network) {
      ChannelPipeline pipeline = network.getNettyChannel().pipeline();
      if (connection instanceof StompConnection stomp) {
        pipeline.addFirst(new StompFrames(stomp));
      } else if (pipeline.get(ActiveMQFrameDecoder2.class) != null) {
        pipeline.replace(ActiveMQFrameDecoder2.class, "bounded-frames", new OwnFrames());
      }
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

  /** As {@link ActiveMQFrameDecoder2}, which takes frames of two gigabytes. */
  private static final class OwnFrames extends LengthFieldBasedFrameDecoder {
    private static final int LENGTH_BYTES = 4;

    OwnFrames() {
      super(MAX_BYTES, 0, LENGTH_BYTES, 0, LENGTH_BYTES);
    }

    /** A copy: who handles it may keep it. */
    @Override
    protected ByteBuf extractFrame(ChannelHandlerContext connection, ByteBuf from, int index, int length) {
      return connection.alloc().buffer(length).writeBytes(from, index, length);
    }
  }
}
