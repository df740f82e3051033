package org.zimage.export;

/**
 * Normal equations, decomposed as L · L' (Cholesky).
 *
 * @param lower L, a triangle
 */
record LeastSquares(double[][] lower) {

  /**
   * @param products sums of the products of the columns, the last of which is 1 everywhere
   * @param ridge is added to the mean of each column's squares, which keeps the matrix positive
   */
  static LeastSquares of(double[][] products, double ridge) {
    int size = products.length;
    double rows = products[size - 1][size - 1];
    double[][] lower = new double[size][size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j <= i; j++) {
        double rest = products[i][j] + (i == j ? ridge * rows : 0);
        for (int k = 0; k < j; k++) {
          rest -= lower[i][k] * lower[j][k];
        }
        lower[i][j] = i == j ? Math.sqrt(rest) : rest / lower[j][j];
      }
    }
    return new LeastSquares(lower);
  }

  /** @param products sums of the products of each column with what is to be explained */
  double[] solve(double[] products) {
    int size = lower.length;
    double[] solution = products.clone();
    for (int i = 0; i < size; i++) {
      for (int k = 0; k < i; k++) {
        solution[i] -= lower[i][k] * solution[k];
      }
      solution[i] /= lower[i][i];
    }
    for (int i = size - 1; i >= 0; i--) {
      for (int k = i + 1; k < size; k++) {
        solution[i] -= lower[k][i] * solution[k];
      }
      solution[i] /= lower[i][i];
    }
    return solution;
  }
}
