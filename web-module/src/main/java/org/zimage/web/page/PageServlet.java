package org.zimage.web.page;

import jakarta.inject.Inject;
import jakarta.servlet.ServletContext;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.zimage.web.access.PublicAddress;

/**
 * Serves the files of the web page below {@code /ui/}, which are small and are kept in memory, compressed. A browser
 * asks whether its copy is still the same and is told so in a few bytes, so that a new version is seen at once.
 */
@WebServlet(urlPatterns = "/ui/*", loadOnStartup = 1, asyncSupported = true)
public class PageServlet extends HttpServlet {
  private static final String FOLDER = "/ui/";
  private static final String INDEX = "/ui/index.html";

  /** Nothing but our own files, whatever a prompt may contain. */
  private static final String POLICY = String.join("; ", "default-src 'none'", "script-src 'self'", "style-src 'self'",
      "img-src 'self'", "connect-src 'self'", "manifest-src 'self'", "base-uri 'none'", "form-action 'none'",
      "frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'");

  /** Written once, before the first request. */
  private final transient Map<String, PageFile> files = new HashMap<>();

  @Inject
  private transient PublicAddress address;

  @Override
  public void init() {
    read(getServletContext(), FOLDER);
  }

  private void read(ServletContext context, String folder) {
    Set<String> paths = context.getResourcePaths(folder);
    if (paths == null) {
      return;
    }
    for (String path : paths) {
      if (path.endsWith("/")) {
        read(context, path);
      } else {
        files.put(path, read(path, context.getResourceAsStream(path)));
      }
    }
  }

  private static PageFile read(String path, InputStream content) {
    try (content) {
      return PageFile.of(path, content.readAllBytes());
    } catch (IOException e) {
      throw new IllegalStateException("The page's file " + path + " cannot be read", e);
    }
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
    if (request.getPathInfo() == null) {
      // Not sendRedirect, which would make a whole address of it, with the http that is spoken behind a proxy
      response.setStatus(HttpServletResponse.SC_FOUND);
      response.setHeader("Location", address.prefix() + FOLDER);
      return;
    }
    PageFile file =
        files.get(request.getPathInfo().equals("/") ? INDEX : request.getServletPath() + request.getPathInfo());
    if (file == null) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
      return;
    }
    PageFile.Content content = file.content(AcceptedEncodings.includeGzip(request.getHeader("Accept-Encoding")));
    describe(response, content);
    if (content.isKnown(request.getHeader("If-None-Match"))) {
      response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
      return;
    }
    send(file.mediaType(), content, response);
  }

  private static void describe(HttpServletResponse response, PageFile.Content content) {
    response.setHeader("ETag", content.tag());
    response.setHeader("Cache-Control", "no-cache");
    response.setHeader("Vary", "Accept-Encoding");
    response.setHeader("Content-Security-Policy", POLICY);
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
  }

  private static void send(String mediaType, PageFile.Content content, HttpServletResponse response) throws IOException {
    if (content.encoding() != null) {
      response.setHeader("Content-Encoding", content.encoding());
    }
    response.setContentType(mediaType);
    response.setContentLength(content.bytes().length);
    response.getOutputStream().write(content.bytes());
  }
}
