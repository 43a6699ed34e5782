/* pace.h - is this test built with the sanitizers, which make it many times slower? */
#ifndef PACE_H
#define PACE_H

#if defined __SANITIZE_ADDRESS__
enum { UNDER_SANITIZERS = 1 };
#elif defined __has_feature
#if __has_feature(address_sanitizer)
enum { UNDER_SANITIZERS = 1 };
#else
enum { UNDER_SANITIZERS = 0 };
#endif
#else
enum { UNDER_SANITIZERS = 0 };
#endif

#endif
