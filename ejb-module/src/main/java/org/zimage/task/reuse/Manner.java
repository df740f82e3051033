package org.zimage.task.reuse;

import org.zimage.api.json.Bodies;
import org.zimage.request.Sha256;

/**
 * What decides the bytes of a picture's files beside the request: who draws it.
 *
 * @param model its name
 * @param checksum of the weights that were exported
 * @param dtype of weights and activations
 * @param schedulerShift of the sigmas
 * @param device its class: cpu or gpu
 * @param version of the product, which is in every file
 * @param embedsParameters whether the operator lets PNG files carry prompt and parameters
 * @param producer in the label of GB 45438; null for no label
 * @param signer SHA-256 of the certificate that signs; null where files are not signed
 */
public record Manner(String model, String checksum, String dtype, double schedulerShift, String device, String version,
    boolean embedsParameters, String producer, String signer) {

  /** SHA-256, 64 lower-case hexadecimal digits. Workers with the same one make the same files of the same request. */
  public String hash() {
    return Sha256.hex(Bodies.text(this));
  }
}
