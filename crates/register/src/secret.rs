//! What is not shown when a value is printed for a programmer: one `{:?}` in an error or a panic would put it into the log.

/// Prints of these types only the name: they hold a token, a secret, or what an identity provider said of someone.
///
/// Articles: 6, 19
#[macro_export]
macro_rules! prints_only_its_name {
    ($($kind:ident),+ $(,)?) => {
        $(impl ::std::fmt::Debug for $kind {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                formatter.debug_struct(stringify!($kind)).finish_non_exhaustive()
            }
        })+
    };
}
