/** The record of deeds: who did what, when, from where, with which outcome. */
package org.zimage.audit;
