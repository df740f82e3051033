package org.zimage.cli.lora;

import picocli.CommandLine.Command;

/** Groups what is done with adapters. Where the model's libraries are, 'check' is one of them. */
@Command(name = "lora", mixinStandardHelpOptions = true, description = "Looks after adapters (LoRA).", synopsisSubcommandLabel = "COMMAND",
    subcommands = {LoraListCommand.class, LoraUploadCommand.class, LoraDeleteCommand.class},
    footer = {"", "Examples:", "  zimage lora list", "  ZIMAGE_KEY=… zimage lora upload blueprint.safetensors",
        "  zimage lora check blueprint.safetensors --model /tmp/nano"})
public final class LoraCommand { }
