//! Tests of the HTTP edge against small servers of their own.
