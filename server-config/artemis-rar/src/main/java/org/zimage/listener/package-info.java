/**
 * Artemis' resource adapter with listeners that stay: what the broker takes from them is noticed, told and made again,
 * and a message's body is looked at before any of it is read.
 */
package org.zimage.listener;
