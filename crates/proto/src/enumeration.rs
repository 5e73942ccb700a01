/// Declares an enum of Feast with its numbers and the names that Feast's JSON prints.
macro_rules! enumeration {
    ($(#[$meta:meta])* pub enum $name:ident { $($variant:ident = $number:literal => $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
        #[repr(i32)]
        pub enum $name {
            $($variant = $number,)+
        }

        impl $name {
            /// All variants, in Feast's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name in Feast's proto file and JSON.
            #[must_use]
            pub const fn as_str_name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            /// The variant of that name.
            #[must_use]
            pub fn from_str_name(name: &str) -> Option<Self> {
                match name {
                    $($text => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}
