/** The folder of one installation: its files, their owner's rights, its passwords, and which processes belong to it. */
package org.zimage.launcher.home;
