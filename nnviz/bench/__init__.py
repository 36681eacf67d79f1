"""How fast this machine is: training, the live window, the start. Nothing here is needed to run nnviz."""
