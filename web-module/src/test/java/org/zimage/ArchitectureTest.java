package org.zimage;

import org.zimage.architecture.PackageRules;

class ArchitectureTest extends PackageRules {}
