package org.zimage.cli.credentials;

import picocli.CommandLine.Command;

/** Groups what is done with content credentials. */
@Command(name = "credentials", mixinStandardHelpOptions = true, description = "Prepares content credentials (C2PA).",
    subcommands = CredentialsInitCommand.class, footer = {"", "Example:", "  zimage credentials init /tmp/credentials"})
public final class CredentialsCommand { }
