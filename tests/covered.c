/* covered.c - for make cover: a child of a test that ends by _exit tells what it
 * reached before it goes. */
#include <sys/resource.h>
#include <unistd.h>

void __gcov_dump(void);
_Noreturn void __real__exit(int status);
_Noreturn void __wrap__exit(int status);

_Noreturn void __wrap__exit(int status)
{
    /* A file that is written half would spoil what others have told. */
    const struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
    if (setrlimit(RLIMIT_FSIZE, &none) == 0)
        __gcov_dump();
    __real__exit(status);
}
