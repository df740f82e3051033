package org.zimage.cuda;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.Loader;

/**
 * The shared libraries that TensorFlow 2.18's build for GPUs opens by these names (tsl/platform/default/dso_loader.cc, with the
 * versions of its build). Where one of them is missing, TensorFlow sees no GPU. NCCL is not among them, because it is linked into
 * TensorFlow. The libraries of CUDA 13 have other names.
 */
public enum CudaLibrary {
  DRIVER("libcuda.so.1", "NVIDIA's driver for the kernel, 525 or later"),
  CUDART("libcudart.so.12", "Debian: cuda-cudart-12-5, PyPI: nvidia-cuda-runtime-cu12"),
  CUBLAS("libcublas.so.12", "Debian: libcublas-12-5, PyPI: nvidia-cublas-cu12"),
  CUBLAS_LT("libcublasLt.so.12", "Debian: libcublas-12-5, PyPI: nvidia-cublas-cu12"),
  CUFFT("libcufft.so.11", "Debian: libcufft-12-5, PyPI: nvidia-cufft-cu12"),
  CUSOLVER("libcusolver.so.11", "Debian: libcusolver-12-5, PyPI: nvidia-cusolver-cu12"),
  CUSPARSE("libcusparse.so.12", "Debian: libcusparse-12-5, PyPI: nvidia-cusparse-cu12"),
  CUDNN("libcudnn.so.9", "Debian: libcudnn9-cuda-12, PyPI: nvidia-cudnn-cu12");

  private final String file;
  private final String packages;

  CudaLibrary(String file, String packages) {
    this.file = file;
    this.packages = packages;
  }

  /** Its name for the dynamic loader. */
  public String file() {
    return file;
  }

  /** The packages that contain it. */
  public String packages() {
    return packages;
  }

  /**
   * Whether the dynamic loader finds it: in {@code LD_LIBRARY_PATH}, the loader's cache and the system's folders. A library that is
   * found stays open until the process ends.
   */
  public boolean canBeOpened() {
    try {
      Loader.loadGlobal(file);
      return true;
    } catch (UnsatisfiedLinkError missing) {
      return false;
    }
  }

  /** Those that cannot be opened. */
  public static List<CudaLibrary> missing() {
    return Arrays.stream(values()).filter(library -> !library.canBeOpened()).toList();
  }

  /** Why TensorFlow sees no GPU, with the remedy, in one sentence. */
  public static String whyThereIsNoGpu() {
    List<CudaLibrary> missing = missing();
    if (missing.isEmpty()) {
      return "all of its libraries are there, but NVIDIA's driver shows it no GPU: see what nvidia-smi says, and CUDA_VISIBLE_DEVICES";
    }
    return missing.stream().map(library -> library.file + " (" + library.packages + ")").collect(Collectors.joining(", ",
        "the dynamic loader does not find ", ": install it, or name its folder in LD_LIBRARY_PATH"));
  }
}
