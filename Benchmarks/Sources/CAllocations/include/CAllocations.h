// Counts the allocations of a program that it is preloaded into; see allocations.c.
#ifndef CALLOCATIONS_H
#define CALLOCATIONS_H
#endif
