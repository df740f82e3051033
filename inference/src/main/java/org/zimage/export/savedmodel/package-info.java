/** Graphs written as SavedModels whose weights stay in the checkpoint's own files. */
package org.zimage.export.savedmodel;
