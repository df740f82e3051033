/** By what finished pictures are recognised: the hashes of their files, and their looks. */
package org.zimage.recognition;
