"""Every read of directory's tables. Rows come by actor; without a post an actor sees nothing."""
