/* reference.h - what this machine can do at all, measured beside our own figures in the
 * same run. */
#ifndef REFERENCE_H
#define REFERENCE_H

#include <stddef.h>

/* Appends of 4 KiB with fdatasync after each, a second, in this folder. */
double reference_fsync(const char *folder, double seconds);

/* Frames of this many bytes there and back over one CURVE connection on TCP, a second,
 * `window` under way; two threads. */
double reference_echo(size_t frame_bytes, size_t window, double seconds);

/* Ed25519 verifications a second on one core. */
double reference_verify(double seconds);

/* Seconds of a clock that never goes back. */
double reference_clock(void);

#endif
