package org.zimage.web.picture;

import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;
import java.util.Date;
import java.util.Optional;
import org.zimage.image.ImageStore;
import org.zimage.image.RelativePath;
import org.zimage.image.StoredImage;
import org.zimage.web.access.Open;
import org.zimage.web.writing.Pieces;

/** {@code GET /generated-images/{path}}: needs no key, since the names cannot be guessed. */
@Open
@Path("generated-images/{path: .+}")
public class PictureResource {
  private static final String CACHING = "public, max-age=31536000, immutable";

  private final ImageStore store;

  @Inject
  public PictureResource(ImageStore store) {
    this.store = store;
  }

  /** The picture, a part of it, or the news that the caller has it already. */
  @GET
  public Response picture(@PathParam("path") String path, @HeaderParam("Range") String range,
      @HeaderParam("If-Range") String ifRange, @Context Request request) {
    RelativePath name = RelativePath.parse(path).orElseThrow(NotFoundException::new);
    StoredImage image = store.find(name).orElseThrow(NotFoundException::new);
    EntityTag tag = new EntityTag(image.tag());
    ResponseBuilder unchanged = unchanged(request, image, tag);
    if (unchanged != null) {
      return describe(unchanged, image, tag).build();
    }
    boolean whole = ifRange != null && !ifRange.strip().equals("\"" + image.tag() + "\"");
    Optional<ByteRange> part = whole ? Optional.empty() : ByteRange.parse(range, image.length());
    ResponseBuilder answer = part.isPresent() ? part(image, part.get()) : whole(image);
    return describe(answer, image, tag).type(name.mediaType()).build();
  }

  /** Null for a caller who does not have it, or asks with something that is no tag. */
  static ResponseBuilder unchanged(Request request, StoredImage image, EntityTag tag) {
    try {
      return request.evaluatePreconditions(Date.from(image.modified()), tag);
    } catch (ProcessingException malformedHeader) {
      return null;
    }
  }

  private static ResponseBuilder whole(StoredImage image) {
    return Response.ok(Pieces.of(image::open)).header(HttpHeaders.CONTENT_LENGTH, image.length());
  }

  private static ResponseBuilder part(StoredImage image, ByteRange part) {
    return Response.status(Response.Status.PARTIAL_CONTENT)
        .entity(Pieces.of(() -> image.open(part.first(), part.length())))
        .header(HttpHeaders.CONTENT_LENGTH, part.length())
        .header("Content-Range", "bytes " + part.first() + "-" + part.last() + "/" + image.length());
  }

  private static ResponseBuilder describe(ResponseBuilder answer, StoredImage image, EntityTag tag) {
    return answer.tag(tag).lastModified(Date.from(image.modified()))
        .header(HttpHeaders.CACHE_CONTROL, CACHING)
        .header("Accept-Ranges", "bytes")
        // Other sites may show pictures, as clients of the API do
        .header("Cross-Origin-Resource-Policy", "cross-origin");
  }
}
