/* embed.h - a file of the source tree as bytes inside the binary: EMBED(name, "path from the top")
 * defines name[], name_end[]; the bytes end with a NUL that is not counted. The Makefile lists the
 * files as prerequisites. */
#ifndef COMMON_EMBED_H
#define COMMON_EMBED_H

#define EMBED(name, path)                                                                        \
	__asm__(".section .rodata\n.global " #name "\n.global " #name "_end\n.balign 16\n" #name \
		":\n.incbin \"" path "\"\n" #name "_end:\n.byte 0\n.previous\n");                \
	extern const char name[], name##_end[]
#define EMBED_SIZE(name) ((size_t)(name##_end - name))

#endif
