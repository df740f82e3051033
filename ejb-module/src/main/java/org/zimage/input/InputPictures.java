package org.zimage.input;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zimage.api.GenerateImageRequest;
import org.zimage.api.ValidationError.Problem;
import org.zimage.caller.Caller;
import org.zimage.error.InvalidRequest;
import org.zimage.error.ZImageException;
import org.zimage.image.ImageStore;
import org.zimage.image.RelativePath;
import org.zimage.image.StorageFailed;
import org.zimage.image.StoredImage;
import org.zimage.picture.Mask;
import org.zimage.picture.Picture;
import org.zimage.picture.PictureRefused;
import org.zimage.picture.PictureSize;
import org.zimage.picture.credentials.Credentials;
import org.zimage.picture.decoding.PictureReader;
import org.zimage.picture.encoding.PngWriter;
import org.zimage.settings.Settings;
import org.zimage.task.GenerationParameters;
import org.zimage.task.GenerationTask.StartPictures;
import org.zimage.task.TaskState;
import org.zimage.task.submission.GenerationRequest;
import org.zimage.task.view.TaskRow;
import org.zimage.task.view.Tasks;

/**
 * Keeps the pictures that requests begin with, before they become tasks: read once, by rules for strangers' files, brought to
 * the size of the picture that is wanted, and stored as PNG, so that workers read nothing else. Thread-safe.
 */
@ApplicationScoped
public class InputPictures {
  private static final String TASK = GenerateImageRequest.TASK;

  private final Tasks tasks;
  private final ImageStore store;
  private final InputFiles files;
  private final Clock clock;
  private final PictureTurns turns;
  private final Settings settings;

  protected InputPictures() {
    this(null, null, null, null, null, null);
  }

  @Inject
  public InputPictures(Tasks tasks, ImageStore store, InputFiles files, PictureTurns turns, Clock clock,
      Settings settings) {
    this.tasks = tasks;
    this.store = store;
    this.files = files;
    this.clock = clock;
    this.turns = turns;
    this.settings = settings;
  }

  /**
   * Reads a request and keeps what it begins with.
   *
   * @param json as it was sent, in UTF-8
   * @throws InvalidRequest with every field that is wrong, and for what {@link #keep} refuses
   * @throws org.zimage.request.RequestTooLong when it is too long beside its pictures
   * @throws IOException when it cannot be read, or its pictures find no room on the disk
   */
  public GenerationRequest receive(InputStream json, Caller caller) throws IOException {
    try (Uploads uploads = new Uploads()) {
      return keep(GenerationRequest.read(PictureFields.read(json, 1, uploads)), uploads, caller);
    }
  }

  /**
   * Keeps what a request begins with. One that begins with nothing is given back as it is.
   *
   * @param uploads the files that came with it
   * @return the request with the places of its pictures, and with their size where it asks for none
   * @throws InvalidRequest when a file is no picture that can be used, or a task has none
   * @throws TooManyPictures when others' pictures are in the way
   * @throws StorageFailed when the store does not take or give them
   */
  public GenerationRequest keep(GenerationRequest request, Uploads uploads, Caller caller) {
    if (request.parameters().image() == null) {
      return request;
    }
    try (PictureTurns.Turn turn = turns.take(caller)) {
      return readAndStore(request, new Sources(uploads, caller));
    }
  }

  private int maxBytes() {
    return Math.toIntExact(settings.maxInputBytes());
  }

  private GenerationRequest readAndStore(GenerationRequest request, Sources sources) {
    GenerationParameters wanted = request.parameters();
    Source source = sources.read("image", wanted.image(), this::source);
    Picture image = source.picture();
    PictureSize size = size(wanted, image);
    Optional<Mask> mask = Optional.ofNullable(wanted.maskImage())
        .map(name -> sources.read("mask_image", name, file -> PictureReader.readMask(file, maxBytes())));
    Picture resized = image.resizedTo(size.width(), size.height());
    String imagePath = put(resized, InputCredentials.texts(source.credentials()));
    String maskPath = mask.map(read -> put(grey(read.resizedTo(size.width(), size.height())), Map.of())).orElse(null);
    return request.beginningWith(new StartPictures(imagePath, maskPath), size.width(), size.height());
  }

  /** @param credentials of the file; empty where it has none that fit it */
  private record Source(Picture picture, Optional<byte[]> credentials) { }

  private Source source(InputStream file) throws IOException {
    byte[] bytes = PictureReader.bytes(file, maxBytes());
    return new Source(PictureReader.read(bytes), Credentials.intact(bytes));
  }

  private static PictureSize size(GenerationParameters wanted, Picture image) {
    try {
      return image.size().wanted(asked(wanted.width()), asked(wanted.height()), GenerateImageRequest.MIN_SIDE,
          GenerateImageRequest.MAX_SIDE);
    } catch (PictureRefused refused) {
      throw invalid("image", wanted.image(), refused.getMessage());
    }
  }

  private static Integer asked(int side) {
    return side == GenerationParameters.SIZE_OF_IMAGE ? null : side;
  }

  private static Picture grey(Mask mask) {
    byte[] rgb = new byte[3 * mask.grey().length];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = mask.grey()[i / 3];
    }
    return new Picture(mask.width(), mask.height(), rgb);
  }

  private String put(Picture picture, Map<String, String> texts) {
    Instant now = clock.instant();
    RelativePath path = files.announce(now);
    store.put(path, PngWriter.write(picture.width(), picture.height(), picture.rgb(), texts, null));
    return path.value();
  }

  /**
   * What a task of the caller begins with, as PNG in the task's size.
   *
   * @param id any text, with or without dashes
   * @return empty for a task that begins with nothing of that kind
   * @throws ZImageException when the caller may not see such a task
   * @throws StorageFailed when nobody can tell whether it is there
   */
  public Optional<StoredImage> find(String id, Kind kind, Caller caller) {
    return files.path(tasks.read(id, caller).taskId(), kind).flatMap(store::find);
  }

  /**
   * A picture that a task begins with, for its worker.
   *
   * @param path as {@link StartPictures} has it
   * @throws StorageFailed when it cannot be read
   */
  public Picture read(String path) {
    StoredImage stored = find(path);
    try (InputStream file = stored.open()) {
      return PictureReader.read(file, Math.toIntExact(stored.length()));
    } catch (IOException | PictureRefused unreadable) {
      throw new StorageFailed("The picture " + path + " could not be read: " + unreadable.getMessage(), unreadable);
    }
  }

  /**
   * The content credentials of the file that such a picture was made of.
   *
   * @param path as {@link StartPictures} has it
   * @return JUMBF, whoever signed it; empty where the file had none that fitted it
   * @throws StorageFailed when the picture cannot be read
   */
  public Optional<byte[]> credentials(String path) {
    try (InputStream file = find(path).open()) {
      return InputCredentials.read(file);
    } catch (IOException unreadable) {
      throw new StorageFailed("The picture " + path + " could not be read: " + unreadable.getMessage(), unreadable);
    }
  }

  private StoredImage find(String path) {
    return store.find(new RelativePath(path))
        .orElseThrow(() -> new StorageFailed("The picture " + path + ", which the task begins with, is not in the store", null));
  }

  /** The mask that a task begins with, for its worker, as {@link #read} does. */
  public Mask readMask(String path) {
    Picture picture = read(path);
    byte[] grey = new byte[picture.width() * picture.height()];
    for (int i = 0; i < grey.length; i++) {
      grey[i] = picture.rgb()[3 * i];
    }
    return new Mask(picture.width(), picture.height(), grey);
  }

  /** What a picture is to a task. */
  public enum Kind {
    IMAGE, MASK_IMAGE
  }

  private static InvalidRequest invalid(String field, String name, String message) {
    return new InvalidRequest(List.of(new Problem("value_error", List.of("body", field), "Value error, " + message,
        JSON.createValue(name))));
  }

  /** How a file becomes what is wanted of it. */
  @FunctionalInterface
  private interface Reading<T> {
    T read(InputStream file) throws IOException;
  }

  /** Where the pictures of one request come from. */
  private final class Sources {
    private final Uploads uploads;
    private final Caller caller;

    Sources(Uploads uploads, Caller caller) {
      this.uploads = uploads;
      this.caller = caller;
    }

    <T> T read(String field, String name, Reading<T> reading) {
      try (InputStream file = open(field, name)) {
        return reading.read(file);
      } catch (PictureRefused refused) {
        throw invalid(field, name, refused.getMessage());
      } catch (IOException unreadable) {
        throw new StorageFailed("The picture of " + field + " could not be read: " + unreadable, unreadable);
      }
    }

    private InputStream open(String field, String name) {
      if (name.startsWith(TASK)) {
        return finished(field, name).open();
      }
      return uploads.open(name).orElseThrow(() -> invalid(field, name,
          "the picture did not come with the request: send a data URL of it, or task: and the id of a finished task"));
    }

    private StoredImage finished(String field, String name) {
      TaskRow task;
      try {
        task = tasks.read(name.substring(TASK.length()), caller);
      } catch (ZImageException notSeen) {
        throw invalid(field, name, notSeen.getMessage() + ": name a finished task of yours");
      }
      if (task.status() != TaskState.SUCCESS || task.relativePath() == null) {
        throw invalid(field, name, "the task has no picture: it is " + task.status().word() + "; name a finished one");
      }
      return RelativePath.parse(task.relativePath()).flatMap(store::find).orElseThrow(
          () -> invalid(field, name, "the task's picture is not in the store any more"));
    }
  }
}
