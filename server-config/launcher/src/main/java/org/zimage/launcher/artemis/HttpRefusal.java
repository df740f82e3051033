package org.zimage.launcher.artemis;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Ends connections to the broker that begin with HTTP. Artemis would look for its own protocols in the body of a POST, and speak
 * them over WebSockets, whoever asks: a browser on this machine sends both for the page of any site. It would also collect a body
 * of two gigabytes. Netty finds this class by {@code META-INF/services}.
 */
public final class HttpRefusal extends ChannelInitializerExtension {
  /** The first letters of HTTP's methods. AMQP and Artemis' own protocol begin with A, STOMP with C or S. */
  private static final String METHODS = "GPHODT";

  /** Call it before the broker starts: Netty looks for extensions only where it is told to. */
  static void close() {
    System.setProperty(EXTENSIONS_SYSTEM_PROPERTY, "serviceload");
  }

  @Override
  public void postInitializeServerChildChannel(Channel connection) {
    connection.pipeline().addFirst(new FirstByte());
  }

  /** Of one connection. */
  private static final class FirstByte extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext connection, Object read) {
      if (read instanceof ByteBuf bytes && bytes.isReadable()) {
        if (METHODS.indexOf(bytes.getByte(bytes.readerIndex())) >= 0) {
          bytes.release();
          connection.close();
          return;
        }
        connection.pipeline().remove(this);
      }
      connection.fireChannelRead(read);
    }
  }
}
