/**
 * Elementary functions in float64 made of sums, products, quotients and square roots alone, which IEEE 754 fixes: tables
 * written with them are the same wherever a graph is compiled. Relative error below 1e-12, far below half a unit of float32.
 */

/** Sum of terms, each made from the one before, until they no longer count. */
function series(first: number, next: (term: number, n: number) => number): number {
  let [sum, term] = [first, first];
  for (let n = 1; Math.abs(term) > Math.abs(sum) * 1e-18; n++) {
    term = next(term, n);
    sum += term;
  }
  return sum;
}

/** e^x. */
export function exponential(x: number): number {
  const halvings = 12;
  let y = series(1, (term, n) => (term * x) / 2 ** halvings / n);
  for (let i = 0; i < halvings; i++) y *= y;
  return y;
}

/** Natural logarithm of x > 0: 2 artanh((m - 1) / (m + 1)) of the part m in [2/3, 4/3], and the logarithm of two as often as x was halved. */
export function logarithm(x: number): number {
  let [m, halved] = [x, 0];
  for (; m > 4 / 3; halved++) m /= 2;
  for (; m < 2 / 3; halved--) m *= 2;
  return (halved === 0 ? 0 : -2 * halved * artanh(-1 / 3)) + 2 * artanh((m - 1) / (m + 1));
}

const artanh = (t: number): number => odd(t, 1);

/** t + sign t^3 / 3 + t^5 / 5 + sign t^7 / 7 + ... */
function odd(t: number, sign: 1 | -1): number {
  let [sum, power] = [t, t];
  for (let n = 3; Math.abs(power) > Math.abs(sum) * 1e-18; n += 2) {
    power *= sign * t * t;
    sum += power / n;
  }
  return sum;
}

/** Sine of |x| < 7. */
export const sine = (x: number): number => series(x, (term, n) => (-term * x * x) / (2 * n) / (2 * n + 1));

/** Cosine of |x| < 7. */
export const cosine = (x: number): number => series(1, (term, n) => (-term * x * x) / (2 * n) / (2 * n - 1));

/** Inverse tangent of |x| <= 1, halved twice by arctan x = 2 arctan(x / (1 + sqrt(1 + x^2))). */
export function arctangent(x: number): number {
  const half = (t: number): number => t / (1 + Math.sqrt(1 + t * t));
  return 4 * odd(half(half(x)), -1);
}

/** Hyperbolic tangent, by the quotient of the odd and the even part of e^x. */
export function hyperbolicTangent(x: number): number {
  if (Math.abs(x) > 1) return 1 - 2 / (exponential(2 * x) + 1);
  const odd = series(x, (term, n) => (term * x * x) / (2 * n) / (2 * n + 1));
  return odd / series(1, (term, n) => (term * x * x) / (2 * n) / (2 * n - 1));
}

/** 2 / sqrt(pi). */
export const BELL = 1.1283791670955126;

/** Error function of |x| <= 5: BELL e^(-x^2) (x + 2 x^3 / 3 + 4 x^5 / 15 + ...), all terms of one sign. */
export const errorFunction = (x: number): number =>
  BELL * exponential(-x * x) * series(x, (term, n) => (term * 2 * x * x) / (2 * n + 1));
