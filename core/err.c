/* err.c - filling and wrapping of errors. */
#include "core/err.h"

#include <stdio.h>

/* A message that was cut off must not end in half a UTF-8 character. */
static void drop_half_character(char *msg)
{
    size_t at = strlen(msg);
    size_t followers = 0;
    while (at > 0 && followers < 3 && ((unsigned char)msg[at - 1] & 0xC0) == 0x80) {
        at--;
        followers++;
    }
    if (at == 0)
        return;

    unsigned char lead = (unsigned char)msg[at - 1];
    size_t wanted = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    if (followers < wanted)
        msg[at - 1] = '\0';
}

void err_fill(struct err *err, enum code code, const char *format, ...)
{
    if (err == NULL)
        return;

    /* Into a buffer of its own: an argument may be err->msg itself. */
    char msg[ERR_MSG_BYTES];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(msg, sizeof msg, format, args);
    va_end(args);
    if (len < 0)
        msg[0] = '\0';
    else if ((size_t)len >= sizeof msg)
        drop_half_character(msg);

    err->code = code;
    memcpy(err->msg, msg, sizeof msg);
}

void err_front(struct err *err, const char *format, ...)
{
    if (err == NULL)
        return;

    char context[ERR_MSG_BYTES];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(context, sizeof context, format, args);
    va_end(args);
    if (len < 0)
        context[0] = '\0';
    err_fill(err, err->code, "%s: %s", context, err->msg);
}

bool err_retry(const struct err *err)
{
    return code_retry(err->code);
}
