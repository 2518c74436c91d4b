// The functions of the C library's mathematics that servers compute distances with: results must have
// the same last bit.
double sin(double);
double cos(double);
double asin(double);
double log(double);
