package org.zimage.cli.model;

import picocli.CommandLine.Command;

/** Groups what is done with adapters. */
@Command(name = "lora", mixinStandardHelpOptions = true, description = "Looks at adapters (LoRA).", subcommands = LoraCheckCommand.class,
    footer = {"", "Example:", "  zimage lora check blueprint.safetensors --model /tmp/nano"})
public final class LoraCommand { }
