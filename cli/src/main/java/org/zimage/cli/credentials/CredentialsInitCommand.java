package org.zimage.cli.credentials;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.zimage.cli.exit.CommandFailed;
import org.zimage.cli.exit.ExitCode;
import org.zimage.picture.credentials.TrialAuthority;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "init", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Makes an authority and a key for trying content credentials out. Nobody else trusts them.",
    footer = {"", "Example:", "  zimage credentials init /tmp/credentials"})
final class CredentialsInitCommand implements Callable<Integer> {
  private static final int PASSWORD_BYTES = 24;
  private static final String OWNER_ONLY = "rw-------";

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", arity = "0..1", defaultValue = "credentials", description = "the folder to write to (./credentials)")
  private Path folder;

  @Override
  public Integer call() throws IOException {
    Path absolute = folder.toAbsolutePath().normalize();
    Path keyStore = absolute.resolve("pictures.p12");
    Path passwordFile = absolute.resolve("password");
    Path authority = absolute.resolve("authority.pem");
    List.of(keyStore, passwordFile, authority).forEach(CredentialsInitCommand::requireFree);
    byte[] random = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(random);
    String password = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    TrialAuthority made = TrialAuthority.make(Clock.systemUTC());
    Files.createDirectories(absolute, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    write(passwordFile, password.getBytes(StandardCharsets.UTF_8));
    write(keyStore, made.keyStore(password));
    write(authority, made.certificate().getBytes(StandardCharsets.UTF_8));
    report(made, keyStore, passwordFile, authority);
    return ExitCode.OK;
  }

  private static void requireFree(Path file) {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new CommandFailed(file + " is there already and is not overwritten: name another folder", ExitCode.USAGE);
    }
  }

  private static void write(Path file, byte[] content) throws IOException {
    Set<StandardOpenOption> fresh = EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (SeekableByteChannel channel = Files.newByteChannel(file, fresh,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)))) {
      Channels.newOutputStream(channel).write(content);
    }
  }

  private void report(TrialAuthority made, Path keyStore, Path passwordFile, Path authority) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf("Only for trying it out: nobody else trusts this authority. It ends at %s.%n", made.key().end());
    out.printf("  key store         %s%n", keyStore);
    out.printf("  its password      %s%n", passwordFile);
    out.printf("  the authority     %s (give it to verifiers as a trust anchor)%n", authority);
    out.printf("Workers sign pictures with these settings:%n");
    out.printf("  ZIMAGE_C2PA_KEYSTORE=%s%n", keyStore);
    out.printf("  ZIMAGE_C2PA_KEYSTORE_PASSWORD_FILE=%s%n", passwordFile);
    out.printf("Web nodes without the key store know the authority with this one:%n");
    out.printf("  ZIMAGE_C2PA_ANCHORS=%s%n", authority);
  }
}
