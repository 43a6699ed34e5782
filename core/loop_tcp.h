/* loop_tcp.h - what the kernel knows of a TCP connection. Apart from loop_inner.h,
 * because the kernel's header and the one that libuv includes both define struct
 * tcp_info, and only the kernel's counts bytes. */
#ifndef LOOP_TCP_H
#define LOOP_TCP_H

#include "core/span.h"

/* Bytes received on fd so far that its reader has taken from the kernel; false when fd
 * is no TCP connection (any more). */
MUST_USE bool tcp_bytes_read(int fd, uint64_t *count);

#endif
