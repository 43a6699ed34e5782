/* loop_tcp.c - what the kernel knows of a TCP connection. */
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "core/loop_tcp.h"

bool tcp_bytes_read(int fd, uint64_t *count)
{
    struct tcp_info info;
    socklen_t size = sizeof info;
    memset(&info, 0, sizeof info);
    int waiting = 0;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 ||
            ioctl(fd, SIOCINQ, &waiting) != 0)
        return false;
    uint64_t received = info.tcpi_bytes_received;
    /* More bytes may have come between the two questions. */
    *count = received > (uint64_t)waiting ? received - (uint64_t)waiting : 0;
    return true;
}
