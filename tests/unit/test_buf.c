// needs: common
/* test_buf.c - the growing buffer. */
#include "common/buf.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void pieces_add_up(void **state _unused_)
{
	_buf_ struct buf b = BUF_INIT;
	buf_adds(&b, "one");
	buf_addc(&b, ' ');
	buf_add(&b, "tw\0o", 4);
	buf_add(&b, NULL, 0);
	buf_printf(&b, " %d", 3);
	assert_int_equal(b.len, 10);
	assert_memory_equal(b.data, "one tw\0o 3", 10);
}

static void printing_grows_to_any_length(void **state _unused_)
{
	_buf_ struct buf b = BUF_INIT;
	size_t expected = 0;
	for (int width = 1; width < 3000; width += 61) {
		buf_printf(&b, "%*d", width, 7);
		expected += (size_t)width;
		assert_int_equal(b.len, expected);
		assert_int_equal(b.data[b.len - 1], '7');
	}
}

static void cstr_ends_the_text_without_counting(void **state _unused_)
{
	_buf_ struct buf b = BUF_INIT;
	assert_string_equal(buf_cstr(&b), "");
	for (int i = 0; i < 64; i++) {
		buf_addc(&b, 'x');
	}
	assert_int_equal(strlen(buf_cstr(&b)), 64);
	assert_int_equal(b.len, 64);
}

static void consume_drops_the_front(void **state _unused_)
{
	_buf_ struct buf b = BUF_INIT;
	buf_adds(&b, "abcdef");
	buf_consume(&b, 0);
	buf_consume(&b, 2);
	assert_string_equal(buf_cstr(&b), "cdef");
	buf_consume(&b, 100);
	assert_int_equal(b.len, 0);
}

static void steal_hands_over_and_leaves_an_empty_buffer(void **state _unused_)
{
	_buf_ struct buf b = BUF_INIT;
	buf_adds(&b, "mine");
	_free_ char *text = buf_steal(&b);
	assert_string_equal(text, "mine");
	assert_null(b.data);
	_free_ char *nothing = buf_steal(&b);
	assert_string_equal(nothing, "");
}

static void a_failure_sticks_until_done(void **state _unused_)
{
	struct buf b = BUF_INIT;
	buf_adds(&b, "kept");
	assert_int_equal(buf_reserve(&b, SIZE_MAX), -ENOMEM);
	assert_true(b.failed);
	buf_adds(&b, "dropped");
	buf_printf(&b, "dropped");
	assert_int_equal(b.len, 4);
	assert_string_equal(buf_cstr(&b), "");
	buf_reset(&b);
	assert_true(b.failed);
	assert_null(buf_steal(&b));
	buf_adds(&b, "again");
	assert_string_equal(buf_cstr(&b), "again");
	buf_done(&b);
	assert_null(b.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_add_up),
		cmocka_unit_test(printing_grows_to_any_length),
		cmocka_unit_test(cstr_ends_the_text_without_counting),
		cmocka_unit_test(consume_drops_the_front),
		cmocka_unit_test(steal_hands_over_and_leaves_an_empty_buffer),
		cmocka_unit_test(a_failure_sticks_until_done),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
