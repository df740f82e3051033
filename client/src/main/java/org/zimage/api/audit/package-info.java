/** The record of deeds, as the administrator reads it. */
package org.zimage.api.audit;
